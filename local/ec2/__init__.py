"""EC2 of the local cloud: moto, with its gaps for VPC endpoints closed, IAM per resource named, and CloudTrail events.

call       what a client asked, read from the wire
staging    what a test or a person has staged: states, faults, stale answers, the service catalogue
access     IAM: each call is authorised once per resource that it names, with that resource's tags
endpoint   one VPC endpoint
checks     what EC2 refuses
endpoints  the four endpoint actions, in place of moto's
services   DescribeVpcEndpointServices, in place of moto's
paging     filters, MaxResults and NextToken, as the API model documents them
cloudtrail the event that CloudTrail would deliver for a call
front      the whole way of one call
"""
