SECRET_KEY = "only here"
INSTALLED_APPS = ["papers"]
USE_TZ = True
