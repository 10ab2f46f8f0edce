"""Who pays and who gains: ledgers, agencies, cash, valuation."""
