"""One file for each revision; `bot.ledger.schema.HEAD` names the newest."""
