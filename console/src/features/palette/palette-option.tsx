import { Link } from 'react-router';
import classes from './palette.module.css';
import type { Entry } from './use-entries';

export interface PaletteOptionProps {
  id: string;
  entry: Entry;
  selected: boolean;
  /** The pointer came over it. */
  onPoint: () => void;
  onChoose: () => void;
}

/** A link where there is a page, so that the middle button opens it beside. The focus stays in the input. */
export function PaletteOption({ id, entry, selected, onPoint, onChoose }: PaletteOptionProps) {
  const common = {
    id,
    role: 'option',
    'aria-selected': selected,
    tabIndex: -1,
    className: classes.option,
    onMouseMove: onPoint,
    onClick: onChoose,
  } as const;
  const content = (
    <>
      <span className={classes.label}>{entry.label}</span>
      {entry.note && <span className={classes.note}>{entry.note}</span>}
    </>
  );
  if (entry.to)
    return (
      <Link to={entry.to} {...common}>
        {content}
      </Link>
    );
  return (
    <button type="button" {...common}>
      {content}
    </button>
  );
}
