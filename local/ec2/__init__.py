"""EC2 of the local cloud: moto, with its gaps for VPC endpoints closed, IAM per resource named, and CloudTrail events.

call          what a client asked, read from the wire
staging       what a test or a person has staged: states, faults, stale answers, the service catalogue
access        IAM: each call is authorised once per resource that it names, with that resource's tags
provided      one endpoint service that an account provides
endpoint      one VPC endpoint, and those at the services of an account
checks        what EC2 refuses
network       what an endpoint has in its VPC: network interfaces, routes, private DNS
actions       what the actions below share
endpoints     the endpoint actions of a consumer, in place of moto's
services      the services that there are for a consumer
provider      the actions of whoever provides an endpoint service, in place of moto's
permissions   who may connect to a service
connections   who is connected to a service, and who is let in
notifications connection notifications
paging        filters, MaxResults and NextToken, as the API model documents them
cloudtrail    the event that CloudTrail would deliver for a call
front         the whole way of one call
"""
