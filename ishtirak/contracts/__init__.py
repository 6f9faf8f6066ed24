"""Contracts: what Qiwa tells of employment contracts, and what it changes in the register."""
