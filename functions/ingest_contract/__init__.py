"""Queue of Qiwa events: one conditional write per contract version; an authenticated contract registers its
worker.
"""
