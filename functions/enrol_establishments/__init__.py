"""Schedule: establishments and their owners become known from the commercial registry's feed."""
