"""Plans out of the house and in again: JSON without loss, Excel with every field, Word with the texts."""

from roles.actions.plans.exchange.drafts import Preview, keep_as_draft, preview
from roles.actions.plans.exchange.json_file import write_json
from roles.actions.plans.exchange.reading import read_plan_file

__all__ = ["Preview", "keep_as_draft", "preview", "read_plan_file", "write_json"]
