from serviceniveau.forms.decisions import DecisionForm

__all__ = ["DecisionForm"]
