"""The one version string: the build, the User-Agent, the Server header and the changelog all follow it."""

VERSION = "0.1.0"
