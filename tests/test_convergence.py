"""For random VPCs and endpoints: reconciling twice changes the cloud once, and never beyond what EC2 allows."""

from hypothesis import given
from hypothesis import strategies as st

from builders import ACCOUNT, FULL_ACCESS, KEY, NARROW, REGION, VPC, ZONES, look, service
from fakes import FakeCloud, Stage
from warden.model import Endpoint, Mode, Service, Subnet
from warden.neighbours import Interface, Vpc
from warden.reconcile import reconcile

ZONE = st.sampled_from(ZONES)
TOML = """
[organisation]
id = "o-a1b2c3d4e5"
[rules.multi-az]
mode = "enforce"
min_zones = {}
subnet_tags = ["Tier=endpoints"]
[rules.zone-coverage]
mode = "{}"
[rules.endpoint-policy]
mode = "enforce"
[baseline.kms]
accept_unproved = true
"""


@st.composite
def subnets(draw: st.DrawFn) -> tuple[Subnet, ...]:
    """Up to eight subnets of one VPC, in any zones, some full, some public, some tagged."""
    return tuple(
        Subnet(
            id=f"subnet-{number:017x}",
            vpc_id=VPC,
            zone_id=(zone := draw(ZONE)),
            zone_name=f"{REGION}{'abc'[ZONES.index(zone)]}",
            free_addresses=draw(st.integers(0, 20)),
            private=draw(st.booleans()),
            ipv6=draw(st.booleans()),
            tags=draw(st.sampled_from([{}, {"Tier": "endpoints"}])),
        )
        for number in range(draw(st.integers(1, 8)))
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[FakeCloud, str]:
    """A VPC, an endpoint in it that EC2 could have made, and a standard."""
    within = draw(subnets())
    offered = frozenset(draw(st.sets(ZONE, min_size=1)))
    offering: Service = service(zone_ids=offered, policy_supported=draw(st.booleans()))
    fitting = {one.zone_id: one.id for one in within if one.zone_id in offered}
    placed = draw(st.lists(st.sampled_from(sorted(fitting.values())), unique=True)) if fitting else []
    endpoint = Endpoint(
        key=KEY,
        type_name=draw(st.sampled_from(["Interface", "Gateway", "GatewayLoadBalancer", "Tunnel"])),
        vpc_id=VPC,
        service_name=offering.name,
        state=draw(st.sampled_from(["available", "pending", "failed", "partial"])),
        subnet_ids=tuple(placed),
        policy=draw(st.sampled_from([FULL_ACCESS, NARROW, None, "{"])),
        ip_address_type=draw(st.sampled_from(["ipv4", "dualstack", "ipv6", "other"])),
        tags=draw(st.sampled_from([{}, {"warden:hands-off": "1"}])),
    )
    workloads = draw(st.lists(st.sampled_from(within)))
    cloud = FakeCloud.of(
        endpoint,
        known_services=(offering,),
        known_subnets=within,
        known_interfaces=tuple(Interface(f"eni-{one.id}", one.id, one.zone_name) for one in workloads),
        known_vpcs=(Vpc(VPC, (), draw(st.sampled_from([ACCOUNT, "444455556666"]))),),
    )
    return cloud, TOML.format(draw(st.integers(1, 3)), draw(st.sampled_from(["off", "enforce"])))


@given(worlds(), st.sampled_from(list(Mode)))
def test_converges(drawn: tuple[FakeCloud, str], ceiling: Mode) -> None:
    """The first look changes what can be changed; the second changes nothing, and the third has nothing to tell.

    The second may tell: of an endpoint that the first brought nearer to the standard, but not up to it.
    """
    cloud, toml = drawn
    before = cloud.held[KEY.id]
    on = Stage(cloud=cloud, toml=toml, ceiling=ceiling)
    reconcile(on.world, [look()])
    writes, after = cloud.writes, cloud.held[KEY.id]
    reconcile(on.world, [look()])
    notices = len(on.topic.sent)
    reconcile(on.world, [look()])

    assert (cloud.writes, len(on.topic.sent), cloud.held[KEY.id]) == (writes, notices, after)
    assert notices <= 1 + writes
    assert writes <= 1
    zones = {one.id: one.zone_id for one in cloud.known_subnets}
    used = [zones[one] for one in after.subnet_ids]
    assert len(used) == len(set(used)), "two subnets of one zone"
    added = set(after.subnet_ids) - set(before.subnet_ids)
    assert {zones[one] for one in added} <= cloud.known_services[0].zone_ids, "a zone that the service lacks"
    assert set(before.subnet_ids) <= set(after.subnet_ids), "a subnet was taken away"
    untouchable = ceiling < Mode.ENFORCE or before.tags or before.type_name != "Interface"
    if added:
        assert not untouchable
