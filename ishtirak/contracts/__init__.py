"""Contracts: what Qiwa sends of employment contracts, and what a version of one means for the register."""
