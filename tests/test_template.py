"""What the template promises of queues, functions, alarms, parameters and of what stays behind."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from template import ACCOUNT, REGION, Template, as_list, load, names_in, text_of
from warden.events import Place, Review, Sweep, parse

TEMPLATE = load()
QUEUES = TEMPLATE.of_type("AWS::SQS::Queue")
FUNCTIONS = TEMPLATE.of_type("AWS::Serverless::Function")
ALARMS = TEMPLATE.of_type("AWS::CloudWatch::Alarm")
FOURTEEN_DAYS = 14 * 24 * 3600


def _redrive(queue: str) -> str | None:
    """The dead-letter queue of a queue."""
    policy = QUEUES[queue].get("RedrivePolicy")
    return next(iter(names_in(policy))) if policy else None


def _source(function: str) -> tuple[str, dict[str, Any]]:
    """The queue that feeds a function, and how."""
    (event,) = FUNCTIONS[function]["Events"].values()
    assert event["Type"] == "SQS"
    return next(iter(names_in(event["Properties"]["Queue"]))), event["Properties"]


DEAD_LETTERS = {_redrive(queue) for queue in QUEUES} - {None}
SOURCES = set(QUEUES) - DEAD_LETTERS


def test_every_queue_has_dead_letters_that_keep_them_as_long_as_sqs_can() -> None:
    """No message is lost for want of tries, and a fortnight is left to look at it."""
    assert {_redrive(queue) for queue in SOURCES} <= set(QUEUES)
    assert {QUEUES[str(queue)]["MessageRetentionPeriod"] for queue in DEAD_LETTERS} == {FOURTEEN_DAYS}


@pytest.mark.parametrize("kind", ["AWS::Events::Rule", "AWS::Scheduler::Schedule", "AWS::SNS::Subscription"])
def test_whatever_delivers_into_a_queue_has_dead_letters(kind: str) -> None:
    """A delivery that fails ends in a queue with an alarm, whoever tried it."""
    for properties in TEMPLATE.of_type(kind).values():
        if properties.get("Protocol") == "email":
            continue
        targets = properties.get("Targets") or [properties.get("Target") or properties]
        for target in targets:
            fallback = target.get("DeadLetterConfig") or target.get("RedrivePolicy")
            assert names_in(fallback) <= DEAD_LETTERS
            assert names_in(fallback)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_message_stays_hidden_for_six_runs_of_its_function(function: str) -> None:
    """Lambda's guide asks for six times the timeout, and the batching window on top.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    queue, source = _source(function)
    least = 6 * FUNCTIONS[function]["Timeout"] + source.get("MaximumBatchingWindowInSeconds", 0)
    assert QUEUES[queue]["VisibilityTimeout"] >= least


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_bad_message_does_not_bring_back_its_batch(function: str) -> None:
    """Functions answer with the messages that failed, and their number at once is capped."""
    _, source = _source(function)
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] in ({"Ref": "MaximumConcurrency"}, 2)
    assert source["BatchSize"] <= 10 or source["MaximumBatchingWindowInSeconds"] >= 1


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_have_a_role_and_a_log_group_of_their_own(function: str) -> None:
    """SAM makes neither: a role that it made could do more, a log group that Lambda made would be kept for ever."""
    properties = FUNCTIONS[function]
    assert names_in(properties["Role"]) == {f"{function}Role"}
    assert "Policies" not in properties
    (group,) = names_in(properties["LoggingConfig"]["LogGroup"])
    assert TEMPLATE.properties(group)["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert TEMPLATE.resources[group].get("Condition") == TEMPLATE.resources[function].get("Condition")


def test_functions_run_on_arm_and_pass_on_their_tags() -> None:
    """Runtime and processor are what docs/performance.md was measured for."""
    common = TEMPLATE.document["Globals"]["Function"]
    assert common["Runtime"] == "python3.13"
    assert common["Architectures"] == ["arm64"]
    assert common["PropagateTags"] is True
    assert common["Tags"]


@pytest.mark.parametrize("alarm", ALARMS)
def test_alarms_reach_operations_and_say_what_to_do(alarm: str) -> None:
    """Each alarm tells when it fires and when it is over; no data is no trouble."""
    properties = ALARMS[alarm]
    assert names_in(properties["AlarmActions"]) == names_in(properties["OKActions"]) == {"OperationsTopic"}
    assert properties["TreatMissingData"] == "notBreaching"
    assert properties["AlarmDescription"].endswith(".")


def test_dead_letters_errors_and_old_messages_raise_an_alarm() -> None:
    """Every dead-letter queue, function and source queue is watched, by name."""
    watched = {(it["MetricName"], name) for it in ALARMS.values() for name in names_in(it.get("Dimensions", []))}
    assert {("ApproximateNumberOfMessagesVisible", queue) for queue in DEAD_LETTERS} <= watched
    assert {("ApproximateAgeOfOldestMessage", queue) for queue in SOURCES} <= watched
    assert {("Errors", function) for function in FUNCTIONS} <= watched


def _unwatched(template: Template) -> set[tuple[str, str]]:
    """The rules of EventBridge, with the figures of lost events by which no alarm rings at the first one."""
    watched = {
        (name, alarm["MetricName"])
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/Events"
        and (alarm["Statistic"], alarm["Threshold"], alarm["ComparisonOperator"]) == ("Sum", 0, "GreaterThanThreshold")
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "RuleName"
        for name in names_in(dimension["Value"])
    }
    figures = ("InvocationsFailedToBeSentToDlq", "FailedInvocations")
    return {(rule, figure) for rule in template.of_type("AWS::Events::Rule") for figure in figures} - watched


def test_an_event_that_is_lost_raises_an_alarm_by_whatever_rule_it_came() -> None:
    """CloudWatch has these figures by rule; by the rule's name alone they are of the default bus.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    assert _unwatched(TEMPLATE) == set()
    assert not any("EventBusName" in rule for rule in TEMPLATE.of_type("AWS::Events::Rule").values())


def test_a_rule_without_alarms_would_be_noticed() -> None:
    """A new one, and one whose alarm is of another's figures."""
    rules = set(TEMPLATE.of_type("AWS::Events::Rule"))
    assert {"ChangeRule", "BesideRule", "TagRule"} <= rules
    more = {**TEMPLATE.resources, "NewRule": TEMPLATE.resources["TagRule"]}
    assert {rule for rule, _ in _unwatched(Template({"Resources": more}))} == {"NewRule"}
    left = {name: it for name, it in TEMPLATE.resources.items() if it["Type"] != "AWS::CloudWatch::Alarm"}
    assert {rule for rule, _ in _unwatched(Template({"Resources": left}))} == rules
    fewer = {name: it for name, it in TEMPLATE.resources.items() if name != "LostTagEventsAlarm"}
    assert _unwatched(Template({"Resources": fewer})) == {("TagRule", "InvocationsFailedToBeSentToDlq")}


def test_what_fails_again_and_again_raises_an_alarm() -> None:
    """The age of the oldest message forgets what was received three times, so each function says what comes again."""
    filters = TEMPLATE.of_type("AWS::Logs::MetricFilter")
    logs = {name for it in filters.values() for name in names_in(it["LogGroupName"])}
    assert logs == {"OnChangeLogs", "OnNoticeLogs"}
    made = {
        (str(made["MetricNamespace"]), made["MetricName"])
        for it in filters.values()
        for made in it["MetricTransformations"]
    }
    watched = {(str(it["Namespace"]), it["MetricName"]) for it in ALARMS.values() if "Dimensions" not in it}
    assert made == watched
    for it in filters.values():
        assert it["FilterPattern"] == "{ $.comes_again > 0 }"
        assert [one["MetricValue"] for one in it["MetricTransformations"]] == ["$.comes_again"]


@pytest.mark.parametrize(("alarm", "queue"), [("ChangeAgeAlarm", "ChangeQueue"), ("NoticeAgeAlarm", "NoticeQueue")])
def test_an_old_message_rings_before_it_is_received_a_third_time(alarm: str, queue: str) -> None:
    """From the third time on SQS leaves it out of the metric.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """
    assert ALARMS[alarm]["Threshold"] < 2 * TEMPLATE.properties(queue)["VisibilityTimeout"]


def test_the_journal_and_its_key_outlive_the_stack() -> None:
    """Before-images stay readable after an uninstall; a first deployment that fails leaves nothing."""
    kept = {name for name, it in TEMPLATE.resources.items() if it.get("DeletionPolicy") == "RetainExceptOnCreate"}
    assert kept == {"Ledger", "Key"}
    assert {TEMPLATE.resources[name]["UpdateReplacePolicy"] for name in kept} == {"Retain"}
    ledger = TEMPLATE.properties("Ledger")
    assert ledger["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert ledger["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_gradual_deployment_is_absent() -> None:
    """An alarm that fires already would block the very fix for it: no alias, no CodeDeploy."""
    words = json.dumps([TEMPLATE.document["Globals"], *FUNCTIONS.values()])
    assert "AutoPublishAlias" not in words
    assert "DeploymentPreference" not in words


def test_slack_costs_nothing_where_it_is_not_wanted() -> None:
    """Everything that is there for Slack is there only with its secret."""
    for_slack = {name for name, it in TEMPLATE.resources.items() if it.get("Condition") == "TellSlack"}
    reached = {"OnNotice", "OnNoticeRole", "OnNoticeLogs", "NoticeQueue", "NoticeDeadLetters", "NoticeToQueue"}
    assert reached <= for_slack
    assert TEMPLATE.properties("NoticeToQueue")["RawMessageDelivery"] is True


@pytest.mark.parametrize(
    ("schedule", "wanted"), [("Sweep", Sweep(ACCOUNT, REGION)), ("Review", Review(ACCOUNT, REGION))]
)
def test_schedules_ask_in_words_that_the_function_knows(schedule: str, wanted: Sweep | Review) -> None:
    """No function stands between a schedule and the queue, so its input is the message itself."""
    properties = TEMPLATE.properties(schedule)
    assert properties["ScheduleExpression"] == {"Ref": f"{schedule}Schedule"}
    assert names_in(properties["Target"]["Arn"]) == {"ChangeQueue"}
    assert parse(text_of(properties["Target"]["Input"]), Place(ACCOUNT, REGION, "arn"), datetime.now(UTC)) == wanted


def test_a_review_is_sent_each_month_unless_told_otherwise() -> None:
    """An empty parameter takes the schedule away, and nothing else hangs on it."""
    assert TEMPLATE.document["Parameters"]["ReviewSchedule"]["Default"] == "cron(0 7 1 * ? *)"
    assert TEMPLATE.document["Conditions"]["ReviewRegularly"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ReviewSchedule"}, ""]}]
    }
    hang_on_it = {name for name, it in TEMPLATE.resources.items() if it.get("Condition") == "ReviewRegularly"}
    assert hang_on_it == {"Review"}


def test_the_stack_changes_nothing_unless_told() -> None:
    """The ceiling is notify, and the kill switch of a new stack does not stop anything."""
    assert TEMPLATE.document["Parameters"]["Mode"]["Default"] == "notify"
    assert TEMPLATE.document["Parameters"]["Mode"]["AllowedValues"] == ["off", "notify", "enforce"]
    switch = TEMPLATE.properties("KillSwitch")
    assert (switch["Value"], switch["AllowedPattern"]) == ("run", "^(run|stop)$")


@pytest.mark.parametrize("name", TEMPLATE.document["Parameters"])
def test_parameters_say_what_they_take(name: str) -> None:
    """A wrong value is refused before anything is made, with a sentence that says what is right."""
    parameter = TEMPLATE.document["Parameters"][name]
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)
    assert re.fullmatch(r"must be .+\.", parameter["ConstraintDescription"])
    assert parameter["Description"]


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("NoticeEmail", "", True),
        ("NoticeEmail", "network+aws@example.co.uk", True),
        ("NoticeEmail", "network@example", False),
        ("NoticeEmail", "a@example.com,b@example.com", False),
        ("OperationsEmail", "On Call <on-call@example.com>", False),
        ("SlackWebhookSecretArn", "", True),
        ("SlackWebhookSecretArn", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:team/slack-a1B2c3", True),
        ("SlackWebhookSecretArn", "https://hooks.slack.com/services/T0/B0/x", False),
        ("SlackWebhookSecretArn", "team/slack", False),
        ("SweepSchedule", "rate(1 day)", True),
        ("SweepSchedule", "rate(12 hours)", True),
        ("SweepSchedule", "cron(0 4 * * ? *)", True),
        ("SweepSchedule", "rate(0 days)", False),
        ("SweepSchedule", "0 4 * * *", False),
        ("SweepSchedule", "at(2026-01-31T12:00:00)", False),
        ("SweepSchedule", "", False),
        ("ReviewSchedule", "", True),
        ("ReviewSchedule", "cron(0 7 1 * ? *)", True),
        ("ReviewSchedule", "rate(30 days)", True),
        ("ReviewSchedule", "rate(1 hour)", False),
        ("ReviewSchedule", "monthly", False),
    ],
)
def test_patterns_of_parameters(name: str, value: str, good: bool) -> None:  # noqa: FBT001  a column of the table
    """Each pattern takes what AWS takes and refuses the slips that people make."""
    pattern = TEMPLATE.document["Parameters"][name]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is good


def test_every_output_says_what_it_is() -> None:
    """The command line and the demo find the stack's parts by these names."""
    outputs = TEMPLATE.document["Outputs"]
    assert all(output["Description"] for output in outputs.values())
    assert {
        "ChangeQueueUrl",
        "DeadLettersUrl",
        "NoticeTopicArn",
        "OperationsTopicArn",
        "LedgerName",
        "KillSwitchName",
        "OnChangeName",
        "OnChangeRoleArn",
    } <= set(outputs)


def test_only_tls_reaches_queues_and_topics() -> None:
    """Each queue and topic has a policy that refuses everything sent in the clear."""
    guarded: set[str] = set()
    for kind, key in (("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SNS::TopicPolicy", "Topics")):
        for policy in TEMPLATE.of_type(kind).values():
            denials = [it for it in as_list(policy["PolicyDocument"]["Statement"]) if it["Effect"] == "Deny"]
            assert [it["Condition"] for it in denials] == [{"Bool": {"aws:SecureTransport": "false"}}]
            guarded |= names_in(policy[key])
    assert guarded == set(QUEUES) | set(TEMPLATE.of_type("AWS::SNS::Topic"))
