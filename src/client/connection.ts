/** Where an API server is and how to prove who asks. Certificates and keys are PEM. */
export interface Connection {
  readonly server: URL;
  /** Certificates that the server's must be signed by; the system's unless given. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  /** Any certificate of the server is taken. */
  readonly insecure?: boolean;
  /** Name that the server's certificate must carry, where it is not the host in the address. */
  readonly serverName?: string;
  /** Namespace of the context, when it names one. */
  readonly namespace?: string;
}
