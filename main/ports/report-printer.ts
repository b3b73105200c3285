export interface PrintRequest {
  experiment: string
  lang: 'en' | 'zh-CN'
  paper: 'A4' | 'Letter'
  /** Plain text for every page's header and footer. */
  header: string
  footer: string
  signal?: AbortSignal
}

/** Prints the report route of the renderer. Throws report.no_browser, report.failed. */
export interface ReportPrinter {
  print(request: PrintRequest): Promise<Uint8Array>
}

/** Where finished reports are kept beside the store. */
export interface ReportFiles {
  /** Replaces a file of that name; returns its path. */
  save(name: string, bytes: Uint8Array): Promise<string>
}
