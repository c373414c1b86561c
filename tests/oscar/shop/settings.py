"""Django settings of a small django-oscar shop on loopback; state lies in the folder `SHOP_STATE` names, its habits in other `SHOP_*`."""

import os

from oscar.defaults import *  # noqa: F403 - how Oscar hands over its settings

STATE = os.environ["SHOP_STATE"]
SECRET_KEY = "loopback test shop"
DEBUG = False
ALLOWED_HOSTS = ["*"]
SITE_ID = 1
ROOT_URLCONF = "urls"
USE_TZ = True
LANGUAGE_CODE = os.environ.get("SHOP_LANGUAGE", "en-gb")
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{STATE}/db.sqlite3", "ATOMIC_REQUESTS": True}}

DJANGO = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles", "sites", "flatpages"]
OSCAR = (
    "analytics checkout address shipping catalogue communication partner basket payment offer order customer "
    "search voucher wishlists dashboard"
)
DASHBOARD = "reports users orders catalogue offers partners pages ranges reviews vouchers communications shipping"
INSTALLED_APPS = [
    *(f"django.contrib.{app}" for app in DJANGO),
    "oscar.config.Shop",
    *(f"oscar.apps.{app}.apps.{app.title()}Config" for app in OSCAR.split()),
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    *(f"oscar.apps.dashboard.{app}.apps.{app.title()}DashboardConfig" for app in DASHBOARD.split()),
    "widget_tweaks",
    "haystack",
    "treebeard",
    "sorl.thumbnail",
    "django_tables2",
]
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
CONTEXT = [
    *(f"django.template.context_processors.{name}" for name in ("debug", "request", "i18n")),
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "oscar.apps.search.context_processors.search_form",
    "oscar.apps.checkout.context_processors.checkout",
    "oscar.apps.communication.notifications.context_processors.notifications",
    "oscar.core.context_processors.metadata",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "APP_DIRS": True, "OPTIONS": {"context_processors": CONTEXT}}
]
AUTHENTICATION_BACKENDS = ("oscar.apps.customer.auth_backends.EmailBackend", "django.contrib.auth.backends.ModelBackend")
# Haystack's simple backend shows an empty catalogue; Oscar 4.2 lists from the search index.
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": f"{STATE}/whoosh", "INCLUDE_SPELLING": False}
}
STATIC_URL = "/static/"
STATIC_ROOT = f"{STATE}/static"
MEDIA_URL = "/media/"
MEDIA_ROOT = f"{STATE}/media"
WHITENOISE_USE_FINDERS = True
OSCAR_DEFAULT_CURRENCY = os.environ.get("SHOP_CURRENCY", "EUR")
OSCAR_PRODUCTS_PER_PAGE = int(os.environ.get("SHOP_PAGE_SIZE", "20"))
OSCAR_SHOP_NAME = "Baltic Parts"
