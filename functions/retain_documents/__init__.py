"""Queue of events that begin or end the purpose of documents: says until when each is kept."""
