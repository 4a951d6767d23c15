"""Notifications about rewards."""

from functools import partial

from accounts.models.preferences import Group
from accounts.notifications.kinds import Kind, Sample

SAMPLE = Sample({"reward": "A free session with a creator", "why": "Clara has time on Friday."})
about_a_reward = partial(
    Kind, page="goodwill", word="goodwill", group=Group.GOODWILL, sample=SAMPLE
)

REWARD_GIVEN = about_a_reward("reward-given", "Your reward: {reward}", "{why}")
REWARD_DECLINED = about_a_reward("reward-declined", "No reward: {reward}", "{why}")
