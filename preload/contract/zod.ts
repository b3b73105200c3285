import { z } from 'zod'

// zod compiles schemas with `new Function`, which a page's security policy forbids and reports. This must hold before the first
// schema is made, hence here and not where the page starts.
if ('document' in globalThis) z.config({ jitless: true })

export { z }
