"""How issuers print things: data, one YAML file a subject, compiled to layouts.json."""
