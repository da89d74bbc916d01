"""Endpoint Warden: keeps VPC endpoints at the organisation's standard. This is the map of the house.

Observe, decide, act, report: an event only says "look at this endpoint"; the truth is read afresh, pure functions
compare it with the standard, one call carries the plan out, people are told what changed.

Pure, and free of AWS, clock, environment and network:
    model.py     facts, findings, plans, reports; neighbours.py has the facts of what stands around an endpoint,
                 subjects.py what is judged besides endpoints: VPCs as a whole, endpoint services of our own
    standard.py  what the organisation demands; standard_file.py reads standard.toml, strictly (checked.py);
                 settings.py is how a rule says what can be set, registry.py how it says whom we know, demands.py which
                 endpoints, tag_demands.py which tags
    events.py    a message as what to look at; side_doors.py knows the calls that change things beside endpoints
    rules/       one file for each rule; rules/__init__.py lists them; own_services.py has what those of our endpoint
                 services have in common, consumers.py who may connect to one
    zones.py     which subnets an endpoint could be extended to; workloads.py is where workloads run,
                 inspection.py which routes lead to Gateway Load Balancer endpoints
    gateways.py  which services have gateway endpoints; service_names.py has the whole names of services,
                 service_ports.py their ports, vpc_attributes.py what private names want of a VPC
    use.py       how much endpoints are used; prices.py what they cost
    admitted.py  what security groups let in (ranges.py, wide_open.py); group_facts.py is what they are judged by,
                 narrowing.py how they let in less, ingress.py what they let in then, group_advice.py that for people
    recording.py what a trail records; network_events.py knows which services' calls it can
    policy/      endpoint policies: what one lets through, proved or shown; its own map is in policy/__init__.py
    actions.py   every change that can be made, and its inverse; image.py is what the journal keeps of an endpoint
    ec2_commands.py how the commands begin that people are shown; recipe.py, group_commands.py and command.py (actions)
                 end them, and creating.py has the ways to an endpoint that a VPC lacks
    managed.py   whether code manages something; patch.py is what to change in it, of code_changes.py: an endpoint's by
                 template_patch.py or terraform_patch.py, of what stands beside it by beside_patch.py, which has
                 ingress_patch.py for security groups and adding_patch.py for endpoints that are missing
    decide.py    judge by every rule, then let only through what every gate allows; accepting.py is that for requests
                 to our endpoint services
    notice.py    a report as a notice: telling.py and payload.py its JSON, letter.py the e-mail, slack.py (blocks.py)
                 the Slack message, of wording.py, plain.py and console.py; message.py is what is published
    review/      the regular review: money, use, what changed; its own map is in review/__init__.py
    errors.py    errors, named by what the caller should do
The shell:
    ports.py     what it asks of the world
    observe.py   look at endpoints and judge them, in few calls; neighbourhood.py reads what rules ask for besides
    concerned.py which endpoints a change beside them concerns
    act.py       journal first, one write, a second look after any error
    reconcile.py observe, decide, act, report; sweep.py does the first half for every endpoint, reviewing.py the review
    settling.py  decide, act and report for one target.py, whatever it is; sight.py is how fresh it was seen,
                 reporting.py tells what changed, batch.py has what becomes of a batch of looks
    watches.py   what is judged besides endpoints: vpc_watch.py and service_watch.py, by subject_watch.py
The edges:
    aws.py (EC2's endpoints), surroundings.py (what stands around them), provider.py (endpoint services of our own),
    balancers.py (load balancers behind them), consumer_zones.py (where consumers stand that are our own), metrics.py
    (CloudWatch), trails.py (CloudTrail), hosted_zones.py (Route 53), ledger.py (DynamoDB), mailbox.py (SQS), notify.py
    (SNS), switch.py (SSM), webhook.py (Slack);
    failures.py is what boto3 raises when they fail
"""
