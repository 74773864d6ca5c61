"""momentum_p."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '2026_11_21_momentum_p'
down_revision = '2026_11_21_doubt'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('momentum', schema=None) as batch_op:
        batch_op.add_column(sa.Column('blind', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('p', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('q', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('held', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('unit_day', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sources', sa.JSON(none_as_null=True), server_default='{}', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('unit_day', schema=None) as batch_op:
        batch_op.drop_column('sources')

    with op.batch_alter_table('momentum', schema=None) as batch_op:
        batch_op.drop_column('held')
        batch_op.drop_column('q')
        batch_op.drop_column('p')
        batch_op.drop_column('blind')
