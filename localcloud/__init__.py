"""A local cloud: any synthesised CDK assembly, deployed and served on one machine by a corrected moto."""
