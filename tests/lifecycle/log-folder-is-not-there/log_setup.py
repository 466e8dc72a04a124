import logging.config

logging.config.dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"logfile": {"class": "logging.FileHandler", "filename": "logs/debug.log"}},
        "root": {"handlers": ["logfile"], "level": "INFO"},
    }
)
