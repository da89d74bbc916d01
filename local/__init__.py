"""A local AWS cloud: one endpoint on loopback, made of MiniStack and moto, for the demo, the tests, and to play with.

For a person (first start about 3 s, then 2 s)::

    $ python -m local up --template .aws-sam/build/template.yaml --standard FILE --parameter Mode=enforce
    $ export AWS_ENDPOINT_URL=... (as printed), then any AWS client: aws ec2 create-vpc-endpoint ...
    $ python -m local down

For tests and the demo::

    from local.cloud import LocalCloud
    from local.receiver import Receiver

    with LocalCloud(region="eu-central-1", account="123456789012") as cloud, Receiver() as receiver:
        outputs = cloud.deploy(".aws-sam/build", {"Mode": "enforce"}, stack="warden")   # the stack's outputs
        cloud.client("sns").subscribe(TopicArn=..., Protocol="http", Endpoint=receiver.url("/sns"))
        ec2 = cloud.client("ec2")           # root of the account; any boto3 argument may be overridden
        cloud.client("ec2", aws_access_key_id="999988887777")   # root of another account, such as a consumer's
        subprocess.run(["aws", ...], env=os.environ | cloud.environment())
        cloud.stage.throttle("ModifyVpcEndpoint", times=2)      # see local.stage.Stage for all that can be staged
        cloud.calls(), cloud.hops(), cloud.logs(), cloud.notices(), cloud.mail()   # dicts, with a serial number `n`
        wait_for(lambda: cloud.mail())      # local.waiting.wait_for: the value, once true, or LocalCloudError

What is recorded
    calls   service, action, principal, time, duration_ms, status, error_code, lost, resources (the ids named)
    hops    hop, where, time, endpoints, and more: `published` by CloudTrail, `matched` by a rule, `received` from a
            queue, `invoked` and `returned` by a function (init_ms, duration_ms, error), `told` to a topic
    logs    function, time, line
    notices topic, subject, message, time
    mail    to, subject, text, topic, time

Functions run under the real `awslambdaric`, each in a process of its own with the credentials of its role;
`local.runtime_api.Sandbox` runs one alone, without a cloud.

The parts: `cloud` (what you import), `stage` (its staging half), `deploy` with `template`, `receiver`, `waiting`,
`network` (a VPC to make endpoints in), `provider` (endpoint services to connect to), `news` (what `up` shows),
`runtime_api` with `runtime_server`; in the server's process `server`, `app`, `control`, `record`, `functions`,
`batches`, `taps`, `ec2/`, `elb`; `keeper`, which clears up; and of all of them `settings` and `errors`.
"""
