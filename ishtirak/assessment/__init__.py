"""What a request comes to: the statutory rules applied to what the register says of the person and the employer.

Capabilities stay apart from one another; this is the room where requests, accounts and contributions meet.
"""
