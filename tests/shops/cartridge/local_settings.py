"""Settings of a small Cartridge shop on loopback; state lies in the folder `SHOP_STATE` names, its habits in other `SHOP_*`."""

import os

DEBUG = False
SECRET_KEY = NEVERCACHE_KEY = "loopback test shop"
ALLOWED_HOSTS = ["*"]
STATE = os.environ["SHOP_STATE"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{STATE}/db.sqlite3"}}
LANGUAGE_CODE = os.environ.get("SHOP_LANGUAGE", "en")
LANGUAGES = [(LANGUAGE_CODE, LANGUAGE_CODE)]
SHOP_CURRENCY_LOCALE = os.environ.get("SHOP_LOCALE", "en_US.UTF-8")
SHOP_PER_PAGE_CATEGORY = 10
STATIC_ROOT, MEDIA_ROOT = f"{STATE}/static", f"{STATE}/media"
