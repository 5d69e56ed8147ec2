// Asks the server of this container whether it is up. Its certificate is for its public name, not for the loopback address.
const { TLS_CERT, PORT = '3000' } = process.env;
if (TLS_CERT) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const answer = await fetch(`${TLS_CERT ? 'https' : 'http'}://127.0.0.1:${PORT}/healthz`);
process.exitCode = answer.ok ? 0 : 1;
