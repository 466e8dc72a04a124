from pydantic import AnyHttpUrl
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    billing_key: str
    billing_url: AnyHttpUrl
    temporal_address: str = "localhost:7233"


settings = Settings()
