"""Queue of changed periods: the employers' lists of contributors follow the register."""

from functools import partial

from functions.project_contributor import model
from functions.project_contributor.settings import Settings
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.contributor_table import ContributorTable
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.queue import Consumer, consumer
from ishtirak.use_cases.project_contributor import project_contributor


def build(settings: Settings) -> Consumer:
    table = settings.register_table
    project = partial(
        project_contributor,
        people=PeopleTable(table),
        accounts=AccountTable(table),
        lists=ContributorTable(table),
        transaction=DynamoTransaction(),
    )
    return consumer(project, reads=model.person_of, log_fields=model.log_fields)
