"""The command line `warden`: the functions' own steps, taken from a terminal. This is the map of it.

    main.py      the commands put together; how every error is told
    scan.py, review.py, vpcs.py, services.py, plan.py, apply.py, explain.py, standard.py, policy.py, doctor.py
                 one command each: its options and its help; what needs boto3 is loaded when the command runs
    regions.py, scanned.py, found_view.py                   look at all of one kind, and the frame that it is shown in
    scanning.py, scan_view.py, scan_json.py                 endpoints
    subject_commands.py, subject_command.py                 whatever else has a Watch: VPCs, endpoint services of ours
    vpc_view.py, vpc_json.py, service_view.py, service_json.py
                                                            how one of them is shown
    reviewing.py, reviewed.py, review_view.py, review_json.py
                                                            endpoints by money
    planning.py, planned.py, plan_view.py, plan_json.py     what would be done, and why not
    applying.py, applied.py, applied_view.py, saved_plan.py carry it out, through the same gates as the functions
    explaining.py                                           a rule's page and settings
    examining.py, checks/                                   whether a deployed stack is in working order
    account.py, stack.py, deployed.py, standards.py         the account, the stack in it, what it judges by
    screen.py, options.py, exits.py, trouble.py, endpoint_ids.py
                                                            what all commands share

What is asked for goes to stdout, everything else to stderr: a pipe gets no progress, no notes and no colours.
"""
