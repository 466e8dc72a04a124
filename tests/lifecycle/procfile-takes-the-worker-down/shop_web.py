import os
from http.server import HTTPServer, SimpleHTTPRequestHandler


class Server(HTTPServer):
    allow_reuse_address = False


Server(("127.0.0.1", int(os.environ["WEB_PORT"])), SimpleHTTPRequestHandler).serve_forever()
