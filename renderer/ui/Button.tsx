import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'

interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** One `primary` per screen. */
  kind?: 'plain' | 'primary' | 'quiet' | 'danger'
  icon?: ReactNode
  children?: ReactNode
}

export const Button = ({ kind = 'plain', icon, children, ...rest }: ButtonProps) => (
  <AriaButton {...rest} className={`button button-${kind}${children === undefined ? ' button-icon' : ''}`}>
    {icon}
    {children}
  </AriaButton>
)

/** A link that looks like a button; `primary` when following it is the screen's main action. */
export const ButtonLink = ({
  href,
  kind = 'plain',
  icon,
  children,
}: {
  href: string
  kind?: 'plain' | 'primary' | 'quiet'
  icon?: ReactNode
  children: ReactNode
}) => (
  <a className={`button button-${kind}`} href={href}>
    {icon}
    {children}
  </a>
)
