"""What Locust asks where wrk is missing; bench/load.py runs it."""

import json
import os
from http import HTTPStatus

from locust import FastHttpUser, constant, task


# Types are checked where Locust need not be installed.
class Visitor(FastHttpUser):  # type: ignore[misc]
    """One kept-alive connection, on which each answer is followed by the next question."""

    wait_time = constant(0)
    # wrk asks for no encoding either.
    asked_with = {"Accept-Encoding": "identity"} | json.loads(os.environ["BENCH_HEADERS"])

    @task  # type: ignore[untyped-decorator]
    def ask(self) -> None:
        path = os.environ["BENCH_PATH"]
        with self.client.get(path, headers=self.asked_with, catch_response=True) as answer:
            if answer.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
                answer.success()
            else:
                answer.failure(f"status {answer.status_code}")
