"""Requests as people word them: each form of a sentence is the same wish, and what is none stays a feature's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.agents.update_request import (
    AddOutput,
    AddValidation,
    AddVariable,
    DeleteModule,
    FollowRules,
    RaiseConstraint,
    Remove,
    Rename,
    SplitFiles,
    Wish,
    read_request,
)

QUEUE_URL = AddOutput("queue_url", "", "")
RENAMED = Rename("aws_s3_bucket.this", "site")
ONE_OF = "one_of"
PHRASINGS: dict[str, Wish] = {
    # Outputs: by name, by a phrase, by what they hold.
    "add an output queue_url": QUEUE_URL,
    "add an output for the queue url": QUEUE_URL,
    "Please add an output for the queue's URL.": QUEUE_URL,
    "add an output with the URL of the queue": QUEUE_URL,
    "we need an output for the url of the queue": QUEUE_URL,
    "there should be an output that returns the queue URL": QUEUE_URL,
    "could you create a new output containing the queue url, please?": QUEUE_URL,
    "expose the queue url as an output": QUEUE_URL,
    "export the URL of the queue as output": QUEUE_URL,
    "output the queue url": QUEUE_URL,
    "the module should output the queue url": QUEUE_URL,
    "add the queue url to the outputs": QUEUE_URL,
    "add a queue url output": QUEUE_URL,
    "expose the queue url as an output called endpoint": AddOutput("endpoint", "", "", "queue_url"),
    "add an output for the queue url named endpoint": AddOutput("endpoint", "", "", "queue_url"),
    "add an output for aws_sqs_queue.this.url": AddOutput("sqs_queue_url", "aws_sqs_queue.this.url", ""),
    "I'd like to have an output x = aws_sqs_queue.this.arn": AddOutput("x", "aws_sqs_queue.this.arn", ""),
    'add an output for the queue url described as "Where messages go."': AddOutput(
        "queue_url", "", "Where messages go."
    ),
    # Variables.
    "add a variable owner": AddVariable("owner", "string", None, ""),
    "add a variable billing_contact": AddVariable("billing_contact", "string", None, ""),
    "add a variable for the owner": AddVariable("owner", "string", None, ""),
    "create an input variable for the retention period, a number, default 30": AddVariable(
        "retention_period", "number", "30", ""
    ),
    "we need a number variable for the retention days with default 7": AddVariable(
        "retention_days", "number", "7", ""
    ),
    "introduce a parameter to set the log level defaulting to info": AddVariable(
        "log_level", "string", "info", ""
    ),
    "add a boolean input for public access, default false": AddVariable("public_access", "bool", "false", ""),
    "add a variable allowed_accounts as a list of strings with default []": AddVariable(
        "allowed_accounts", "list(string)", "[]", ""
    ),
    "add an input called labels of type map(string)": AddVariable("labels", "map(string)", None, ""),
    # Validations.
    "validate that environment is one of dev, prod": AddValidation("environment", ONE_OF, "dev, prod"),
    "restrict the environment to one of dev, prod": AddValidation("environment", ONE_OF, "dev, prod"),
    "only allow dev, prod for environment": AddValidation("environment", ONE_OF, "dev, prod"),
    "allow only dev, prod for the variable environment": AddValidation("environment", ONE_OF, "dev, prod"),
    "make sure the retention days are between 1 and 35": AddValidation(
        "retention_days", "between", "1 and 35"
    ),
    "limit retention_days to between 1 and 35": AddValidation("retention_days", "between", "1 and 35"),
    "retention_days must be at least 7": AddValidation("retention_days", "at_least", "7"),
    "the variable size should be no more than 10": AddValidation("size", "at_most", "10"),
    "ensure that replicas is greater than 0": AddValidation("replicas", "condition", "var.replicas > 0"),
    "the input name must not be empty": AddValidation("name", "not_empty", "not be empty"),
    "reject an empty name": AddValidation("name", "not_empty", "not empty"),
    "check that var.name matches ^[a-z]+$": AddValidation("name", "matches", "^[a-z]+$"),
    # Another name.
    "rename aws_s3_bucket.this to site": RENAMED,
    "could you rename the resource `aws_s3_bucket.this` to `site`?": RENAMED,
    "change the name of aws_s3_bucket.this to site": RENAMED,
    "call aws_s3_bucket.this site": RENAMED,
    "give aws_s3_bucket.this the name site": RENAMED,
    "aws_s3_bucket.this should be called aws_s3_bucket.site": RENAMED,
    # Constraints.
    "raise the aws provider to 5.60": RaiseConstraint("aws", "5.60"),
    "we need at least version 5.60 of the aws provider": RaiseConstraint("aws", "5.60"),
    "bump the minimum version of the aws provider to v5.60": RaiseConstraint("aws", "5.60"),
    "use aws provider 5.60 or newer": RaiseConstraint("aws", "5.60"),
    "the aws provider must be at least 5.60": RaiseConstraint("aws", "5.60"),
    "please require Terraform 1.9": RaiseConstraint("terraform", "1.9"),
    "upgrade terraform from 1.3 to 1.9": RaiseConstraint("terraform", "1.9"),
    # The files and the rules.
    "split main.tf": SplitFiles(),
    "break main.tf apart": SplitFiles(),
    "separate the blocks of main.tf into the usual files": SplitFiles(),
    "move the blocks to the files where they belong": SplitFiles(),
    "bring it up to the quality rules": FollowRules(),
    "fix all the warnings": FollowRules(),
    "please fix everything": FollowRules(),
    "make it comply with our standards": FollowRules(),
    # What goes.
    "remove the output endpoint": Remove("output.endpoint"),
    "get rid of the endpoint output": Remove("output.endpoint"),
    "drop the input variable owner, nobody uses it": Remove("var.owner"),
    "delete the variable for the owner": Remove("var.owner"),
    "take out aws_dynamodb_table.locks": Remove("aws_dynamodb_table.locks"),
    "delete the module": DeleteModule(),
    "Please get rid of this module completely.": DeleteModule(),
    "we no longer need this module": DeleteModule(),
}


@pytest.mark.parametrize("request_", PHRASINGS)
def test_a_wish_is_understood_however_it_is_worded(request_: str) -> None:
    assert read_request(request_) == PHRASINGS[request_]


@pytest.mark.parametrize(
    "request_",
    [
        "add versioning",
        "without access logging",
        "add access logging to my-logs",
        "remove the module's access logging",
        "use a kms key of aws with 30 days of rotation",
        "set up aws backup with 35 days",
        "the bucket must be private",
        "TLS must be at least 1.2",
        "remove versioning",
        "export the logs to cloudwatch",
        "add a lifecycle rule that deletes after 30 days",
        "allow only tls",
        "make tea",
    ],
)
def test_what_speaks_of_the_service_is_no_wish_about_the_code(request_: str) -> None:
    assert read_request(request_) is None


COURTESIES = ("", "please ", "Could you ", "hey, can you please ", "I want to ", "let's ")
ENDINGS = ("", ".", "!", ", please", " please.", ", thanks!")


@given(st.sampled_from(sorted(PHRASINGS)), st.sampled_from(COURTESIES), st.sampled_from(ENDINGS))
def test_courtesy_changes_nothing(request_: str, courtesy: str, ending: str) -> None:
    if (
        request_.endswith((".", "?", "!", "please"))
        or not request_[0].islower()
        or request_[:3] in ("we ", "the")
    ):
        return
    assert read_request(f"{courtesy}{request_}{ending}") == PHRASINGS[request_]


@pytest.mark.parametrize(
    "words", ["add an output for ", "aws ", "validate that ", "raise the aws provider ", "a_b must "]
)
def test_a_letter_of_ten_thousand_words_is_no_wish_and_is_put_down_at_once(words: str) -> None:
    assert read_request(words * 10_000) is None
