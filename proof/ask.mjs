// Answers each line of standard input, a policy and a request, with a line: what iam-simulate makes of the two.
//
// An endpoint's policy is asked as a resource's: iam-simulate has a kind of its own for the policies of endpoints, but
// that kind leaves the Principal element unread. What the identity's own policies say is left out, and so are the
// rules that a single service adds to them: this is about the one policy. `node ask.mjs FOLDER`, with its node_modules.
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const from = (name, file) =>
  import(pathToFileURL(join(process.argv[2], 'node_modules', '@cloud-copilot', name, 'dist', 'esm', file)))

const { analyzeResourcePolicy } = await from('iam-simulate', 'core_engine/CoreSimulatorEngine.js')
const { DiscoveryContextKeyConstraints } = await from('iam-simulate', 'context_keys/discoveryContextKeyConstraints.js')
const { AwsRequestImpl } = await from('iam-simulate', 'request/request.js')
const { RequestContextImpl } = await from('iam-simulate', 'requestContext.js')
const { loadPolicy } = await from('iam-policy', 'index.js')

const MODE = { simulationMode: 'Strict', discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints() }
const EFFECTS = {
  Allowed: 'ALLOW',
  AllowedForAccount: 'ALLOW',
  ExplicitlyDenied: 'EXPLICIT_DENY',
  DeniedForAccount: 'EXPLICIT_DENY',
  ImplicitlyDenied: 'IMPLICIT_DENY'
}

for await (const line of createInterface({ input: process.stdin })) {
  const { policy, principal, action, resource, owner, keys } = JSON.parse(line)
  const request = new AwsRequestImpl(
    principal ?? { type: 'Anonymous' },
    { resource, accountId: owner },
    action,
    new RequestContextImpl(keys),
    resource === '*'
  )
  const found = analyzeResourcePolicy(loadPolicy(policy, { name: 'endpoint' }), request, false, MODE)
  process.stdout.write(`${JSON.stringify(EFFECTS[found.result] ?? found.result)}\n`)
}
