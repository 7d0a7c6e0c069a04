"""What was decided and what was done: catalogue, standards, cases, decisions, imports.

Owns: LegalBasis … ServiceLevel, Case … Judgement, ImportRun, ReadSample. Imports: roles.
"""
