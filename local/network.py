"""A VPC to make endpoints in, for tests and the demo."""

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Network:
    """A VPC and its subnets, made through an EC2 client."""

    ec2: Any
    vpc_id: str
    subnet_ids: tuple[str, ...]
    """In the order of the zones asked for."""

    @classmethod
    def make(cls, ec2: Any, zones: str = "abc", cidr: str = "10.0.0.0/16") -> Self:  # noqa: ANN401 -- a boto3 client
        """Make a VPC with one subnet of 251 addresses per letter: `aab` is two in zone a and one in b."""
        vpc_id = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        start = cidr.rsplit(".", 2)[0]
        made = [
            ec2.create_subnet(
                VpcId=vpc_id, CidrBlock=f"{start}.{number}.0/24", AvailabilityZone=f"{ec2.meta.region_name}{zone}"
            )
            for number, zone in enumerate(zones)
        ]
        return cls(ec2, vpc_id, tuple(subnet["Subnet"]["SubnetId"] for subnet in made))

    def endpoint(self, service: str = "sqs", subnets: tuple[int, ...] = (0,), **more: Any) -> str:  # noqa: ANN401
        """Create an interface endpoint in these subnets (by position); return its id; `more` overrides parameters."""
        asked = {
            "VpcId": self.vpc_id,
            "ServiceName": f"com.amazonaws.{self.ec2.meta.region_name}.{service}",
            "VpcEndpointType": "Interface",
            "SubnetIds": [self.subnet_ids[position] for position in subnets],
        }
        return str(self.ec2.create_vpc_endpoint(**{**asked, **more})["VpcEndpoint"]["VpcEndpointId"])

    def facts(self, endpoint_id: str) -> Any:  # noqa: ANN401 -- `VpcEndpoint` of the API
        """Return the endpoint's description."""
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]

    def modify(self, endpoint_id: str, **change: Any) -> None:  # noqa: ANN401 -- parameters of the API
        """Modify the endpoint."""
        self.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, **change)
