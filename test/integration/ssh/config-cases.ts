/** ssh_config texts and the name they are resolved for; `{dir}` is a folder that holds the `files`. */
export interface ConfigCase {
  name: string
  config: string
  /** What the user types; `user@host:port` goes to ssh as `user@host -p port`. */
  target: string
  files?: Record<string, string>
  env?: Record<string, string>
}

const simple: ConfigCase[] = [
  { name: 'empty file', config: '', target: 'lab1' },
  { name: 'upper-case name', config: '', target: 'LAB1.Example.ORG' },
  { name: 'host name, port, user', config: 'Host lab1\n  HostName 10.0.0.7\n  Port 2222\n  User ada', target: 'lab1' },
  { name: 'keywords know no case', config: 'hOsT lab1\n  HOSTNAME 10.0.0.7\n  pOrT 2200', target: 'lab1' },
  { name: 'equals sign', config: 'Host=lab1\nHostName=10.0.0.8\nPort = 2201\nUser =bob', target: 'lab1' },
  { name: 'double quotes', config: 'Host "lab1"\n  User "ada lovelace"\n  IdentityFile "~/my keys/id"', target: 'lab1' },
  { name: 'single quotes', config: "Host lab1\n  IdentityFile '~/my keys/id'", target: 'lab1' },
  { name: 'escaped space', config: 'Host lab1\n  IdentityFile ~/my\\ keys/id', target: 'lab1' },
  { name: 'comment after a value', config: 'Host lab1 # the first\n  Port 2202 # odd\n# User eve\n  User ada', target: 'lab1' },
  { name: 'hash inside a word', config: 'Host lab1\n  User a#b', target: 'lab1' },
  { name: 'tabs, blank lines, carriage returns', config: 'Host lab1\r\n\r\n\tPort\t2203\r\n\t\tUser  ada  \r\n', target: 'lab1' },
  { name: 'first value wins', config: 'Host lab1\n  Port 1\nHost *\n  Port 2\n  User first\nHost lab1\n  User second', target: 'lab1' },
  { name: 'values before any Host', config: 'User root2\nHost lab1\n  User ada', target: 'lab1' },
  { name: 'no block applies', config: 'Host other\n  Port 99', target: 'lab1' },
]

const patterns: ConfigCase[] = [
  { name: 'star', config: 'Host lab*\n  Port 2204', target: 'lab17' },
  { name: 'question mark', config: 'Host lab?\n  Port 2205\nHost lab??\n  Port 2206', target: 'lab17' },
  { name: 'negation after a match', config: 'Host lab* !lab17\n  Port 2207\nHost *\n  Port 2208', target: 'lab17' },
  { name: 'negation before a match', config: 'Host !lab17 lab*\n  Port 2209', target: 'lab17' },
  { name: 'only a negation never matches', config: 'Host !lab18\n  Port 2210', target: 'lab17' },
  { name: 'patterns see the case of the name', config: 'Host LAB1\n  Port 2211', target: 'lab1' },
  {
    name: 'patterns see the name typed, not HostName',
    config: 'Host lab1\n  HostName gpu7.example\nHost gpu7.example\n  Port 2212',
    target: 'lab1',
  },
  { name: 'several names', config: 'Host a b lab1\n  Port 2213', target: 'lab1' },
  { name: 'stars that nearly match', config: 'Host l*a*b*1*z\n  Port 2214\nHost l*b*1\n  Port 2215', target: 'lab1' },
]

const matching: ConfigCase[] = [
  { name: 'Match all', config: 'Match all\n  Port 2216', target: 'lab1' },
  { name: 'Match host sees HostName', config: 'Host lab1\n  HostName gpu7.example\nMatch host gpu7.example\n  Port 2217', target: 'lab1' },
  { name: 'Match host ignores case', config: 'Match host LAB1\n  Port 2218', target: 'lab1' },
  {
    name: 'Match host list with negation',
    config: 'Match host lab*,!lab1\n  Port 2219\nMatch host lab1,lab2\n  Port 2220',
    target: 'lab1',
  },
  { name: 'Match originalhost', config: 'Host lab1\n  HostName x.example\nMatch originalhost lab1\n  Port 2221', target: 'lab1' },
  { name: 'Match user sees the user so far', config: 'Host lab1\n  User ada\nMatch user ada\n  Port 2222', target: 'lab1' },
  { name: 'Match user from the command line', config: 'Match user eve\n  Port 2223\nMatch user ada\n  Port 2224', target: 'ada@lab1' },
  { name: 'Match negated criterion', config: 'Match !user ada host lab1\n  Port 2225', target: 'lab1' },
  {
    name: 'Match two criteria, one fails',
    config: 'Match host lab1 user nobodyhere\n  Port 2226\nMatch host lab1 !user nobodyhere\n  Port 2227',
    target: 'lab1',
  },
  { name: 'Match exec that cannot apply', config: 'Match host other exec "false"\n  Port 2228\nHost lab1\n  Port 2229', target: 'lab1' },
  {
    name: 'Match final',
    config: 'Host lab1\n  HostName gpu7.example\nMatch final host gpu7.example\n  User late\nMatch final all\n  Port 2230',
    target: 'lab1',
  },
  { name: 'Match canonical does not apply by itself', config: 'Match canonical all\n  Port 2231', target: 'lab1' },
]

const values: ConfigCase[] = [
  { name: 'HostName with %h', config: 'Host lab1\n  HostName %h.Example.org', target: 'lab1' },
  { name: 'HostName with %%', config: 'Host lab1\n  HostName %%h.example', target: 'lab1' },
  {
    name: 'several identity files, duplicates dropped',
    config: 'Host lab1\n  IdentityFile ~/.ssh/a\n  IdentityFile ~/.ssh/b\nHost *\n  IdentityFile ~/.ssh/a\n  IdentityFile /k/c',
    target: 'lab1',
  },
  { name: 'identity file none', config: 'Host lab1\n  IdentityFile none', target: 'lab1' },
  { name: 'identity file tokens stay', config: 'Host lab1\n  IdentityFile ~/.ssh/%r@%h-%p', target: 'lab1' },
  { name: 'IdentitiesOnly and IdentityAgent', config: 'Host lab1\n  IdentitiesOnly yes\n  IdentityAgent /run/agent.sock', target: 'lab1' },
  { name: 'IdentityAgent none', config: 'IdentityAgent none', target: 'lab1' },
  { name: 'ProxyJump chain', config: 'Host lab1\n  ProxyJump ada@j1:2200,j2,bob@j3:2299', target: 'lab1' },
  { name: 'ProxyJump none overrides', config: 'Host lab1\n  ProxyJump none\nHost *\n  ProxyJump gate', target: 'lab1' },
  { name: 'ProxyCommand none overrides ProxyJump', config: 'Host lab1\n  ProxyCommand none\nHost *\n  ProxyJump gate', target: 'lab1' },
  { name: 'ProxyJump before ProxyCommand', config: 'Host lab1\n  ProxyJump gate\nHost *\n  ProxyCommand nc %h %p', target: 'lab1' },
  {
    name: 'ProxyCommand before ProxyJump',
    config: 'Host lab1\n  ProxyCommand nc -x "a b" %h %p # note\nHost *\n  ProxyJump gate',
    target: 'lab1',
  },
  { name: 'ProxyJump with a comment', config: 'Host lab1\n  ProxyJump gate # through the gate', target: 'lab1' },
  { name: 'ConnectTimeout in seconds', config: 'ConnectTimeout 7', target: 'lab1' },
  { name: 'ConnectTimeout with units', config: 'ConnectTimeout 1m30s', target: 'lab1' },
  { name: 'ConnectTimeout none', config: 'ConnectTimeout none', target: 'lab1' },
  { name: 'keepalive', config: 'ServerAliveInterval 1m\nServerAliveCountMax 5', target: 'lab1' },
  { name: 'known hosts files', config: 'UserKnownHostsFile ~/kh1 /tmp/kh2\nGlobalKnownHostsFile /etc/a /etc/b', target: 'lab1' },
  { name: 'StrictHostKeyChecking yes', config: 'StrictHostKeyChecking yes', target: 'lab1' },
  { name: 'StrictHostKeyChecking off', config: 'StrictHostKeyChecking off', target: 'lab1' },
  { name: 'StrictHostKeyChecking accept-new', config: 'StrictHostKeyChecking accept-new', target: 'lab1' },
  { name: 'StrictHostKeyChecking ASK', config: 'StrictHostKeyChecking ASK', target: 'lab1' },
  {
    name: 'authentication switches',
    config: 'PubkeyAuthentication no\nPasswordAuthentication no\nKbdInteractiveAuthentication no',
    target: 'lab1',
  },
  { name: 'old name of keyboard-interactive', config: 'ChallengeResponseAuthentication no', target: 'lab1' },
  { name: 'PreferredAuthentications', config: 'PreferredAuthentications password,publickey', target: 'lab1' },
  {
    name: 'HashKnownHosts, AddressFamily, HostKeyAlias',
    config: 'HashKnownHosts yes\nAddressFamily inet6\nHostKeyAlias the-lab',
    target: 'lab1',
  },
  {
    name: 'CanonicalizeHostname and unrelated keywords',
    config: 'CanonicalizeHostname no\nForwardX11 no\nSendEnv LANG\nPort 2240',
    target: 'lab1',
  },
]

const sources: ConfigCase[] = [
  { name: 'command line wins', config: 'Host lab1\n  User ada\n  Port 2241', target: 'eve@lab1:2299' },
  { name: 'IPv6 with port', config: 'Host fe80::7\n  User ada', target: '[fe80::7]:2242' },
  { name: 'ssh URI', config: 'Host lab1\n  User ada', target: 'ssh://eve@lab1:2243' },
  { name: 'ssh URI with an escaped user', config: '', target: 'ssh://e%76e@lab1' },
  { name: 'user with an at sign', config: '', target: 'a@b@lab1' },
  {
    name: 'Include',
    config: 'Include {dir}/one.conf\nHost lab1\n  Port 2',
    target: 'lab1',
    files: { 'one.conf': 'Host lab1\n  Port 2244' },
  },
  {
    name: 'Include in glob order',
    config: 'Include {dir}/*.conf\nHost *\n  User last',
    target: 'lab1',
    files: { 'b.conf': 'Port 2\nUser b', 'a.conf': 'Port 1', 'c.txt': 'Port 3' },
  },
  {
    name: 'Include inside a block that does not apply',
    config: 'Host other\n  Include {dir}/x.conf\nHost lab1\n  User ada',
    target: 'lab1',
    files: { 'x.conf': 'Port 2245\nHost lab1\n  Port 2246' },
  },
  {
    name: 'an included Host does not end the block',
    config: 'Host lab1\n  Include {dir}/x.conf\n  User ada',
    target: 'lab1',
    files: { 'x.conf': 'Host other\n  Port 2247' },
  },
  { name: 'Include of a missing file', config: 'Include {dir}/missing.conf\nPort 2248', target: 'lab1' },
  {
    name: 'nested Include with quotes',
    config: 'Include "{dir}/with space.conf"',
    target: 'lab1',
    files: { 'with space.conf': 'Include {dir}/deep.conf', 'deep.conf': 'Port 2249' },
  },
  {
    name: 'Include of several files',
    config: 'Include {dir}/a.conf {dir}/b.conf',
    target: 'lab1',
    files: { 'a.conf': 'Port 2250', 'b.conf': 'User ada' },
  },
]

export const configCases: ConfigCase[] = [...simple, ...patterns, ...matching, ...values, ...sources]
