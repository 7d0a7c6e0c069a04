from roles.actions.duties.doing import do_duty, reopen_duty

__all__ = ["do_duty", "reopen_duty"]
