import fc from 'fast-check'

/** The cases of the normal run are always the same, so that a red run names a change and not a draw; the nightly run draws anew. */
if (process.env['HEADROOM_NIGHTLY'] !== '1') fc.configureGlobal({ seed: 20_261_130 })
