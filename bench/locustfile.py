"""The requests that Locust sends where there is no wrk; bench/load.py runs it."""

import json
import os
from http import HTTPStatus

from locust import FastHttpUser, constant, task


# Types are checked without Locust installed.
class Visitor(FastHttpUser):  # type: ignore[misc]
    """One keep-alive connection, on which each response is followed by the next request."""

    wait_time = constant(0)
    # wrk accepts no encoding either.
    request_headers = {"Accept-Encoding": "identity"} | json.loads(os.environ["BENCH_HEADERS"])

    @task  # type: ignore[untyped-decorator]
    def get(self) -> None:
        path = os.environ["BENCH_PATH"]
        with self.client.get(path, headers=self.request_headers, catch_response=True) as response:
            if response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
                response.success()
            else:
                response.failure(f"status {response.status_code}")
