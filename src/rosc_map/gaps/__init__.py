"""What is missing: provision by authority in three statuses, and never a gap where nobody looked."""

from rosc_map.gaps.provision import Provision, Status, provision

__all__ = ["Provision", "Status", "provision"]
