"""Endpoint Warden: keeps VPC endpoints at the organisation's standard. This is the map of the house.

Observe, decide, act, report: an event only says "look at this endpoint"; the truth is read afresh, pure functions
compare it with the standard, one call carries the plan out, people are told what changed.

Pure, and free of AWS, clock, environment and network:
    model.py     facts, findings, plans, reports; neighbours.py has the facts of what stands around an endpoint
    standard.py  what the organisation demands; standard_file.py reads standard.toml, strictly (checked.py);
                 settings.py is how a rule says what can be set, registry.py how it says whom we know
    events.py    a message as what to look at; side_doors.py knows the calls that change things beside endpoints
    rules/       one file for each rule; rules/__init__.py lists them; own_services.py has what those of our endpoint
                 services have in common, consumers.py who may connect to one
    zones.py     which subnets an endpoint could be extended to; workloads.py is where workloads run,
                 inspection.py which routes lead to Gateway Load Balancer endpoints
    recording.py what a trail records; network_events.py knows which services' calls it can
    policy/      endpoint policies: what one lets through, proved or shown; its own map is in policy/__init__.py
    actions.py   every change that can be made, and its inverse; image.py is what the journal keeps of an endpoint
    ec2_commands.py  how the commands begin that people are shown; creating.py, recipe.py and group_commands.py end them
    managed.py   whether code manages something; patch.py is what to change in it, of code_changes.py: an endpoint's by
                 template_patch.py or terraform_patch.py, of what stands beside it by beside_patch.py
    decide.py    judge by every rule, then let only through what every gate allows
    notice.py    a report as a notice: telling, payload, letter, wording, plain, command, console, blocks (Slack)
    errors.py    errors, named by what the caller should do
The shell:
    ports.py     what it asks of the world
    observe.py   look at endpoints and judge them, in few calls
    concerned.py which endpoints a change beside them concerns
    act.py       journal first, one write, a second look after any error
    reconcile.py observe, decide, act, report; sweep.py does the first half for every endpoint
The edges:
    aws.py (EC2's endpoints), surroundings.py (what stands around them), provider.py (endpoint services of our own),
    balancers.py (load balancers behind them), consumer_zones.py (where consumers stand that are our own), metrics.py
    (CloudWatch), trails.py (CloudTrail), hosted_zones.py (Route 53), ledger.py (DynamoDB), mailbox.py (SQS), notify.py
    (SNS), switch.py (SSM), webhook.py (Slack);
    failures.py is what boto3 raises when they fail
"""
