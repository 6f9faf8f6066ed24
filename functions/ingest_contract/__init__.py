"""Queue of Qiwa events: each contract version is judged and applied in one effect; an authenticated contract
registers its worker.
"""
