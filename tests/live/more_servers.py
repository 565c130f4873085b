"""Further witnesses beside Postfix and Dovecot (real_servers.py), from packages that are unpacked and not installed: Exim,
OpenSMTPD; mailutils' pop3d. The same world as there: example.com has one mailbox, ann's; her password is "secret"."""
from private_root import GROUP, PASSWD, PrivateRoot
from real_servers import free_port

ALIASES = "postmaster: ann\n"
SHADOW = "root:*:19000:0:99999:7:::\nann:{hash}:19000:0:99999:7:::\n"
SECRET = "$6$waystation$x.yPW5zoMu4ggqMOlYI13ZaGoKdHYbjglmqifRY2REQIU8hiDsxS/uhzmBYEZCJEN7bAnW.fXNWBQatxj.SlG1"  # "secret", crypted

EXIM = """\
primary_hostname = mail.example.com
domainlist local_domains = example.com
hostlist relay_from_hosts =
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_data = acl_check_data
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts = {tls}
tls_certificate = /etc/tls.pem
never_users = root
host_lookup = *
dns_again_means_nonexist = *
host_lookup_order = byaddr
rfc1413_query_timeout = 0s
exim_path = /peer/usr/sbin/exim4
spool_directory = /var/spool/exim4
log_file_path = /var/log/exim-%slog
ignore_bounce_errors_after = 2d
timeout_frozen_after = 7d
begin acl
acl_check_rcpt:
  warn control = submission/sender_retain
  accept hosts = :
  deny message = Restricted characters in address
       domains = +local_domains
       local_parts = ^[.] : ^.*[@%!/|]
  deny message = Restricted characters in address
       domains = !+local_domains
       local_parts = ^[./|] : ^.*[@%!] : ^.*/\\\\.\\\\./
  accept local_parts = postmaster
         domains = +local_domains
  require message = relay not permitted
          domains = +local_domains
  require verify = recipient
  accept
acl_check_data:
  accept
begin routers
dnslookup:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote_smtp
  no_more
system_aliases:
  driver = redirect
  allow_fail
  allow_defer
  data = ${{lookup{{$local_part}}lsearch{{/etc/aliases}}}}
localuser:
  driver = accept
  check_local_user
  local_parts = ann
  transport = local_delivery
  cannot_route_message = Unknown user
begin transports
remote_smtp:
  driver = smtp
local_delivery:
  driver = appendfile
  file = /var/mail/$local_part_data
  delivery_date_add
  envelope_to_add
  return_path_add
begin retry
* * F,2h,15m; G,16h,1h,1.5; F,4d,6h
begin rewrite
begin authenticators
"""
OPENSMTPD = """\
table aliases file:/etc/aliases
listen on 127.0.0.1 port {port} hostname mail.example.com
action "local" mbox alias <aliases>
match from any for domain "example.com" action "local"
"""
POP3D = """\
pidfile /run/pop3d.pid;
mode daemon;
max-children 20;
server 127.0.0.1:{port} {{ single-process no; }};
mailbox {{ mailbox-pattern "/var/mail/${{user}}"; mailbox-type mbox; }};
auth {{ authentication "generic:system"; authorization "system"; }};
logging {{ syslog no; }};
"""





def exim(peer, tls=""):
    """(root, port); the root is not yet entered."""
    port = free_port()
    files = {"etc/exim4/exim4.conf": EXIM.format(port=port, tls="*" if tls else ""), "etc/aliases": ALIASES, "etc/tls.pem": tls,
             "etc/passwd": PASSWD + "Debian-exim:x:110:110::/var/spool/exim4:/bin/false\n", "etc/group": GROUP + "Debian-exim:x:110:\n"}
    setup = "mkdir -p /var/spool/exim4 /var/lib/exim4; chown 110:110 /var/spool/exim4 /var/log /etc/tls.pem\n"
    return PrivateRoot(peer, files, setup, ["/peer/usr/sbin/exim4 -bd -q10s"]), port


def opensmtpd(peer):
    port = free_port()
    files = {"etc/smtpd.conf": OPENSMTPD.format(port=port), "etc/aliases": ALIASES, "etc/mailname": "mail.example.com\n",
             "etc/passwd": PASSWD + "opensmtpd:x:111:111::/var/lib/opensmtpd/empty:/bin/false\nopensmtpq:x:112:112::/var/lib/opensmtpd/empty:/bin/false\n",
             "etc/group": GROUP + "opensmtpd:x:111:\nopensmtpq:x:112:\n"}
    setup = "mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd; chmod 711 /var/spool/smtpd /var/lib/opensmtpd/empty\n"
    return PrivateRoot(peer, files, setup, ["/peer/usr/sbin/smtpd"]), port


def pop3d(peer, mailbox):
    """mailbox: what ann's holds, as mbox"""
    port = free_port()
    files = {"etc/mailutils.conf": POP3D.format(port=port), "etc/shadow": SHADOW.format(hash=SECRET), "var/mail/ann": mailbox}
    setup = "chmod 600 /etc/shadow; chown 2000:8 /var/mail/ann; chmod 660 /var/mail/ann\n"
    return PrivateRoot(peer, files, setup, ["/peer/usr/sbin/pop3d --config-file /etc/mailutils.conf"]), port


PACKAGES = {"Exim": ("exim4-daemon-light",), "OpenSMTPD": ("opensmtpd",), "mailutils": ("mailutils-pop3d",)}
STARTS = {"Exim": exim, "OpenSMTPD": opensmtpd}
