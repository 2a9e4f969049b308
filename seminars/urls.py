"""The addresses of talks."""

from django.urls import path

urlpatterns: list = []
