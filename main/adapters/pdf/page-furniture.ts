/** Header and footer of every PDF page; Chromium and Electron take the same templates. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] ?? char)

const frame = (left: string, right: string): string =>
  `<div style="font: 7.5pt system-ui, 'Noto Sans CJK SC', sans-serif; color: #444; width: 100%; padding: 0 16mm; display: flex; justify-content: space-between; gap: 8mm;">` +
  `<span style="overflow: hidden; white-space: nowrap; text-overflow: ellipsis;">${left}</span><span style="white-space: nowrap;">${right}</span></div>`

export const pageHeader = (escapedText: string): string => frame(escapedText, '')

export const pageFooter = (escapedText: string): string =>
  frame(escapedText, '<span class="pageNumber"></span> / <span class="totalPages"></span>')

export const paperMargins = { top: '20mm', bottom: '18mm', left: '16mm', right: '16mm' }
