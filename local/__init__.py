"""The system on one machine: the local cloud with our agencies simulated, our people seeded, and a demo."""
